function two(value: number): string {
  return String(value).padStart(2, '0');
}

/** `+HH`, with minutes only where there are some (1); `+HHmm` (2); `+HH:mm` (3); both also with seconds (4, 5). */
export function formatOffset(offsetMs: number, count: number): string {
  const seconds = Math.abs(Math.round(offsetMs / 1000));
  const [h, m, s] = [two(Math.floor(seconds / 3600)), two(Math.floor(seconds / 60) % 60), seconds % 60];
  const sign = offsetMs < 0 ? '-' : '+';
  if (count === 1) return m === '00' ? `${sign}${h}` : `${sign}${h}${m}`;
  const colon = count % 2 === 1 ? ':' : '';
  const rest = count >= 4 && s !== 0 ? `${colon}${two(s)}` : '';
  return `${sign}${h}${colon}${m}${rest}`;
}

/** `GMT+2` (1) or `GMT+02:00` (4). */
export function formatLocalizedOffset(offsetMs: number, count: number): string {
  if (offsetMs === 0) return 'GMT';
  if (count === 4) return `GMT${formatOffset(offsetMs, 5)}`;
  const seconds = Math.abs(Math.round(offsetMs / 1000));
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const minutes = m === 0 && s === 0 ? '' : `:${two(m)}`;
  return `GMT${offsetMs < 0 ? '-' : '+'}${h}${minutes}${s === 0 ? '' : `:${two(s)}`}`;
}
