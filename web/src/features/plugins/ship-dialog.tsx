import { Dialog } from "@/components/dialog";
import { toast } from "@/lib/toasts";

import { useInstallShipped, type Shipped } from "./api";
import { Consent } from "./consent";

/** A connector that ships is installed like any other: after somebody read what it may do. */
export function ShipDialog({ plugin, onClose }: { plugin: Shipped; onClose: () => void }) {
  const install = useInstallShipped();
  const agree = () =>
    install.mutate(plugin, {
      onSuccess: (done) => {
        toast(`${done.name} ${done.version} is installed. New runs use it.`);
        onClose();
      },
    });
  return (
    <Dialog title={`Install ${plugin.name}`} onClose={onClose} wide>
      <Consent asks={{ connector: plugin.connector, accept: plugin.permissions, words: plugin.asks_for }} pending={install.isPending} error={install.error} onBack={onClose} onAgree={agree} />
    </Dialog>
  );
}
