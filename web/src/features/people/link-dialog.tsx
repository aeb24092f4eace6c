import { ShownOnce } from "@/components/copy";
import { Dialog } from "@/components/dialog";
import { Mark } from "@/components/mark";
import { When } from "@/components/time";

import type { Link } from "./api";

/** A link that the server tells this once. */
export function LinkDialog({ link, name, onClose }: { link: Link; name: string; onClose: () => void }) {
  const whole = `${link.base ?? globalThis.location.origin}${link.path}`;
  return (
    <Dialog title={link.kind === "reset" ? `A new password for ${name}` : `Invitation for ${name}`} onClose={onClose}>
      <div className="note note--exc">
        <Mark name="soon" />
        <span>
          <b>It is shown this once.</b> Give it to {name} yourself: it sets their password, works once, and ends <When time={link.expires_at} />.
        </span>
      </div>
      <ShownOnce label="Link" value={whole} />
      <footer>
        <button type="button" className="btn btn--go" onClick={onClose}>
          I have it
        </button>
      </footer>
    </Dialog>
  );
}
