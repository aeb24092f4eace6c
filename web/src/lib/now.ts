import { useEffect, useState } from "react";

const TICK = 20_000;

/** The time, again every twenty seconds, so that deadlines and ages stay true while a page is open. */
export function useNow(): Date {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), TICK);
    return () => clearInterval(timer);
  }, []);
  return now;
}
