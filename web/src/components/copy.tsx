import { Check, Copy } from "lucide-react";
import { useState } from "react";

function useCopied(): [boolean, (text: string) => void] {
  const [copied, setCopied] = useState(false);
  const copy = (text: string) => {
    void navigator.clipboard.writeText(text).then(() => setCopied(true));
    setTimeout(() => setCopied(false), 1_500);
  };
  return [copied, copy];
}

/** An address or the like, whole to the clipboard with one press. */
export function CopyText({ text, label, shown = text }: { text: string; label: string; shown?: string }) {
  const [copied, copy] = useCopied();
  return (
    <button type="button" className="id copy-id copy-text" title={text} aria-label={copied ? "Copied" : `Copy ${label}: ${text}`} onClick={() => copy(text)}>
      <span className="cut">{shown}</span>
      {copied ? <Check className="i i--s" aria-hidden="true" /> : <Copy className="i i--s" aria-hidden="true" />}
    </button>
  );
}

/** A secret that the server tells this once: to be taken now. */
export function ShownOnce({ label, value }: { label: string; value: string }) {
  const [copied, copy] = useCopied();
  return (
    <div className="shown-once">
      <input className="input mono" readOnly aria-label={label} value={value} onFocus={(event) => event.target.select()} />
      <button type="button" className="btn" onClick={() => copy(value)}>
        {copied ? <Check className="i i--s" aria-hidden="true" /> : <Copy className="i i--s" aria-hidden="true" />}
        {copied ? "Copied" : "Copy"}
      </button>
    </div>
  );
}
