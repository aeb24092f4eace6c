import { useEffect, useState } from "react";

import { Mark } from "@/components/mark";
import { useConnection } from "@/lib/connection";

const PATIENCE_MS = 1_500;

/** Says that the server is not heard; a break of a second is no news. */
export function ReachBanner() {
  const { reach, since } = useConnection();
  const [shown, setShown] = useState(false);
  useEffect(() => {
    setShown(false);
    if (reach === "live") return undefined;
    const timer = setTimeout(() => setShown(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [reach, since]);
  if (!shown || reach === "live") return null;
  return (
    <div className="banner" role="status">
      <Mark name="pause" />
      {reach === "offline" ? "This device is offline. What is shown may be old; nothing you typed is lost." : "The server is not heard. Trying again; what is shown may be old."}
    </div>
  );
}
