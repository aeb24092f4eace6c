import { Dialog } from "@/components/dialog";
import { useShortcutSheet } from "@/lib/shortcuts";

export function ShortcutSheet({ onClose }: { onClose: () => void }) {
  const groups = useShortcutSheet((state) => state.groups);
  return (
    <Dialog title="Shortcuts" onClose={onClose} wide>
      <div className="sheet-keys">
        {groups.map(({ group, shortcuts }) => (
          <section key={group}>
            <h3 className="h3">{group}</h3>
            <ul>
              {[...(group === "Everywhere" ? [{ keys: "Ctrl K", label: "Find or go, also while typing" }] : []), ...shortcuts].map(({ keys, label }) => (
                <li key={keys}>
                  {label}
                  <span className="row gap-1">
                    {keys.split(" ").map((key) => (
                      <kbd className="kbd" key={key}>
                        {key}
                      </kbd>
                    ))}
                  </span>
                </li>
              ))}
            </ul>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
