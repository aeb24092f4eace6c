// TextEncoder and TextDecoder for UTF-8.

export class TextEncoder {
  get encoding() {
    return "utf-8";
  }

  encode(text = "") {
    const bytes = [];
    for (const character of String(text)) {
      let point = character.codePointAt(0);
      // A lone surrogate has no UTF-8.
      if (point >= 0xd800 && point <= 0xdfff) point = 0xfffd;
      if (point < 0x80) bytes.push(point);
      else if (point < 0x800) bytes.push(0xc0 | (point >> 6), 0x80 | (point & 63));
      else if (point < 0x10000) bytes.push(0xe0 | (point >> 12), 0x80 | ((point >> 6) & 63), 0x80 | (point & 63));
      else bytes.push(0xf0 | (point >> 18), 0x80 | ((point >> 12) & 63), 0x80 | ((point >> 6) & 63), 0x80 | (point & 63));
    }
    return new Uint8Array(bytes);
  }
}

// How many bytes follow a first byte, and the least point they may spell.
function follows(byte) {
  if (byte >= 0xc2 && byte <= 0xdf) return [1, 0x80];
  if (byte >= 0xe0 && byte <= 0xef) return [2, 0x800];
  if (byte >= 0xf0 && byte <= 0xf4) return [3, 0x10000];
  return null;
}

function pointAt(bytes, at) {
  if (bytes[at] < 0x80) return [bytes[at], 1];
  const form = follows(bytes[at]);
  if (form === null) return [null, 1];
  const [count, least] = form;
  let point = bytes[at] & (0x3f >> count);
  for (let n = 1; n <= count; n += 1) {
    const byte = bytes[at + n];
    if (byte === undefined || (byte & 0xc0) !== 0x80) return [null, n];
    point = (point << 6) | (byte & 63);
  }
  const isBad = point < least || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff);
  return [isBad ? null : point, count + 1];
}

export class TextDecoder {
  #fatal;

  constructor(label = "utf-8", { fatal = false } = {}) {
    if (!/^(utf-?8|unicode-1-1-utf-8)$/i.test(String(label).trim())) throw new RangeError(`TextDecoder reads UTF-8 only, not ${label}`);
    this.#fatal = fatal;
  }

  get encoding() {
    return "utf-8";
  }

  decode(source = new Uint8Array()) {
    const bytes = ArrayBuffer.isView(source) ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength) : new Uint8Array(source);
    let text = "";
    let at = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
    while (at < bytes.length) {
      const [point, used] = pointAt(bytes, at);
      if (point === null && this.#fatal) throw new TypeError("the bytes are not UTF-8");
      text += point === null ? "\ufffd" : String.fromCodePoint(point);
      at += used;
    }
    return text;
  }
}
