const HEX = /^(?:[0-9a-fA-F]{2})*$/;

/** Hex digits with or without 0x or X'…' around them; only the 0x form may have an odd number of digits. */
function hexToBytes(text: string): Buffer {
  const quoted = /^[xX]'(.*)'$/s.exec(text);
  const prefixed = /^0x(.*)$/s.exec(text);
  let digits = quoted?.[1] ?? prefixed?.[1] ?? text;
  if (prefixed !== null && digits.length % 2 === 1) digits = `0${digits}`;
  if (!HEX.test(digits)) throw new RangeError(`"${text}" is not hexadecimal`);
  return Buffer.from(digits, 'hex');
}

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** The bytes that a text stands for. Throws on an encoding other than hex, utf8, ascii, base64, or a text not in it. */
export function encodeText(text: string, encoding: string): Buffer {
  switch (encoding.toLowerCase()) {
    case 'hex':
      return hexToBytes(text);
    case 'utf8':
      return Buffer.from(text, 'utf8');
    case 'ascii':
      return Buffer.from([...text].map((c) => (c.codePointAt(0)! < 128 ? c.codePointAt(0)! : 63)));
    case 'base64':
      if (!BASE64.test(text)) throw new RangeError(`"${text}" is not base64`);
      return Buffer.from(text, 'base64');
    default:
      throw unknownEncoding(encoding);
  }
}

/** The text of bytes; what is not ASCII becomes U+FFFD there. */
export function decodeText(bytes: Buffer, encoding: string, hexCase: 'upper' | 'lower'): string {
  switch (encoding.toLowerCase()) {
    case 'hex':
      return hexCase === 'upper' ? bytes.toString('hex').toUpperCase() : bytes.toString('hex');
    case 'utf8':
      return bytes.toString('utf8');
    case 'ascii':
      return [...bytes].map((byte) => (byte < 128 ? String.fromCharCode(byte) : '\ufffd')).join('');
    case 'base64':
      return bytes.toString('base64');
    default:
      throw unknownEncoding(encoding);
  }
}

function unknownEncoding(encoding: string): RangeError {
  return new RangeError(
    `Supported input and output encodings are: hex, utf8, ascii and base64; found ${encoding}`,
  );
}
