import type { TimeUnit } from '../../ast/expressions';
import { assertNever } from '../../source/assert-never';
import type { Long } from '../../types/sql-type';
import { MS_PER_DAY, epochDayOf } from '../../types/temporal-text';
import { scalar, variant } from '../function-row';
import type { EvalContext, FunctionRow } from '../function-row';
import { dateTimePattern, formatInstant, parseInstant } from '../java/date-time-format';
import { wallToInstant, zoneOf } from '../java/zone';

const CATEGORY = 'DATE / TIME';
const UTC = zoneOf('UTC');

function formatTimestamp(epochMs: Long, pattern: string, zone = 'UTC'): string {
  return formatInstant(Number(epochMs), pattern, zoneOf(zone));
}
function parseTimestamp(text: string, pattern: string, zone = 'UTC'): number {
  return parseInstant(text, pattern, zoneOf(zone));
}
function formatDate(epochDay: number, pattern: string): string {
  const ms = epochDay * MS_PER_DAY;
  return dateTimePattern(pattern).format(ms, UTC, ms, 'date');
}
function parseDate(text: string, pattern: string): number {
  const { wallMs } = dateTimePattern(pattern).parse(text);
  if (wallMs % MS_PER_DAY !== 0)
    throw new RangeError(`Failed to parse date '${text}' with formatter '${pattern}': it has a time of day`);
  return wallMs / MS_PER_DAY;
}
/** A TIMESTAMP of one day and zone as the wall clock of another zone shows it. */
function convertZone(wallMs: number, from: string, to: string): number {
  const instant = wallToInstant(wallMs, zoneOf(from));
  return instant + zoneOf(to).offsetAt(instant);
}

function addMonths(epochMs: number, months: number): number {
  const day = Math.floor(epochMs / MS_PER_DAY);
  const date = new Date(day * MS_PER_DAY);
  const total = date.getUTCFullYear() * 12 + date.getUTCMonth() + months;
  const [year, month] = [Math.floor(total / 12), (((total % 12) + 12) % 12) + 1];
  const lastDay = new Date((epochDayOf(year, month + 1, 1) - 1) * MS_PER_DAY).getUTCDate();
  return (
    epochDayOf(year, month, Math.min(date.getUTCDate(), lastDay)) * MS_PER_DAY + (epochMs - day * MS_PER_DAY)
  );
}

/** Calendar arithmetic: months and years keep the day of the month where the month has it. */
function addToInstant(unit: TimeUnit, count: number, epochMs: number): number {
  switch (unit) {
    case 'YEARS':
      return addMonths(epochMs, count * 12);
    case 'MONTHS':
      return addMonths(epochMs, count);
    case 'DAYS':
      return epochMs + count * MS_PER_DAY;
    case 'HOURS':
      return epochMs + count * 3_600_000;
    case 'MINUTES':
      return epochMs + count * 60_000;
    case 'SECONDS':
      return epochMs + count * 1000;
    case 'MILLISECONDS':
      return epochMs + count;
    default:
      return assertNever(unit, 'time unit');
  }
}
function addToDate(unit: TimeUnit, count: number, epochDay: number): number {
  return Math.floor(addToInstant(unit, count, epochDay * MS_PER_DAY) / MS_PER_DAY);
}
/** Wraps at midnight. */
function addToTime(unit: TimeUnit, count: number, ms: number): number {
  const sum = addToInstant(unit, count, ms) % MS_PER_DAY;
  return sum < 0 ? sum + MS_PER_DAY : sum;
}

type Adder = (unit: TimeUnit, count: number, value: number) => number;

function shift(
  name: string,
  type: string,
  parameter: string,
  add: Adder,
  sign: 1 | -1,
  example: readonly [string, string],
): FunctionRow {
  return scalar(
    name,
    CATEGORY,
    { description: `${sign === 1 ? 'Adds' : 'Takes off'} so many units of time.`, examples: [example] },
    variant(
      `INTERVAL UNIT unit; INT interval; ${type} ${parameter} -> ${type}`,
      (unit: TimeUnit, count: number, value: number) => add(unit, sign * count, value),
    ),
  );
}

const TIMESTAMP_TEXT = "CAST('2020-02-29T10:00:00' AS TIMESTAMP)";

export const DATE_TIME_FUNCTIONS: readonly FunctionRow[] = [
  scalar(
    'CONVERT_TZ',
    CATEGORY,
    {
      description: 'A timestamp of one time zone as the clock of another shows it.',
      label: 'convert_tz',
      examples: [[`CONVERT_TZ(${TIMESTAMP_TEXT}, 'UTC', 'America/Los_Angeles')`, '2020-02-29T02:00:00.000']],
    },
    variant('TIMESTAMP timestamp; VARCHAR fromTimeZone; VARCHAR toTimeZone -> TIMESTAMP', convertZone),
  ),
  shift('DATEADD', 'DATE', 'date', addToDate, 1, [
    "DATEADD(MONTHS, 1, CAST('2020-01-31' AS DATE))",
    '2020-02-29',
  ]),
  shift('DATESUB', 'DATE', 'date', addToDate, -1, [
    "DATESUB(DAYS, 1, CAST('2020-03-01' AS DATE))",
    '2020-02-29',
  ]),
  shift('TIMEADD', 'TIME', 'time', addToTime, 1, ["TIMEADD(HOURS, 2, CAST('23:00' AS TIME))", '01:00']),
  shift('TIMESUB', 'TIME', 'time', addToTime, -1, ["TIMESUB(MINUTES, 1, CAST('00:00' AS TIME))", '23:59']),
  shift('TIMESTAMPADD', 'TIMESTAMP', 'timestamp', addToInstant, 1, [
    `TIMESTAMPADD(YEARS, 1, ${TIMESTAMP_TEXT})`,
    '2021-02-28T10:00:00.000',
  ]),
  shift('TIMESTAMPSUB', 'TIMESTAMP', 'timestamp', addToInstant, -1, [
    `TIMESTAMPSUB(SECONDS, 1, ${TIMESTAMP_TEXT})`,
    '2020-02-29T09:59:59.000',
  ]),
  scalar(
    'DATETOSTRING',
    CATEGORY,
    {
      description: 'Days since 1970-01-01 as text by a pattern of Java’s DateTimeFormatter.',
      examples: [["DATETOSTRING(18993, 'dd-MMM-yyyy')", '01-Jan-2022']],
    },
    variant('INT epochDays; VARCHAR formatPattern -> VARCHAR', formatDate),
  ),
  scalar(
    'FORMAT_DATE',
    CATEGORY,
    {
      description: 'A date as text by a pattern of Java’s DateTimeFormatter.',
      label: 'format_date',
      examples: [["FORMAT_DATE(CAST('2022-01-01' AS DATE), 'EEE d MMMM yyyy')", 'Sat 1 January 2022']],
    },
    variant('DATE date; VARCHAR formatPattern -> VARCHAR', formatDate),
  ),
  scalar(
    'FORMAT_TIME',
    CATEGORY,
    {
      description: 'A time as text by a pattern of Java’s DateTimeFormatter.',
      label: 'format_time',
      examples: [["FORMAT_TIME(CAST('13:05' AS TIME), 'hh:mm a')", '01:05 PM']],
    },
    variant('TIME time; VARCHAR formatPattern -> VARCHAR', (ms: number, pattern: string) =>
      dateTimePattern(pattern).format(ms, UTC, ms, 'time'),
    ),
  ),
  scalar(
    'FORMAT_TIMESTAMP',
    CATEGORY,
    {
      description: 'A timestamp as text by a pattern of Java’s DateTimeFormatter, in UTC or a time zone.',
      label: 'format_timestamp',
      examples: [
        [
          `FORMAT_TIMESTAMP(${TIMESTAMP_TEXT}, 'yyyy-MM-dd HH:mm X', 'Europe/Berlin')`,
          '2020-02-29 11:00 +01',
        ],
      ],
    },
    variant('TIMESTAMP timestamp; VARCHAR formatPattern -> VARCHAR', formatTimestamp),
    variant('TIMESTAMP timestamp; VARCHAR formatPattern; VARCHAR timeZone -> VARCHAR', formatTimestamp),
  ),
  scalar(
    'FROM_DAYS',
    CATEGORY,
    {
      description: 'The date so many days after 1970-01-01.',
      label: 'from_days',
      examples: [['FROM_DAYS(50)', '1970-02-20']],
    },
    variant('INT days -> DATE', (days: number) => days),
  ),
  scalar(
    'FROM_UNIXTIME',
    CATEGORY,
    {
      description: 'The timestamp so many milliseconds after 1970-01-01T00:00 UTC.',
      label: 'from_unixtime',
      examples: [['FROM_UNIXTIME(1589234313000)', '2020-05-11T21:58:33.000']],
    },
    variant('BIGINT epochMilli -> TIMESTAMP', (ms: Long) => Number(ms)),
  ),
  scalar(
    'PARSE_DATE',
    CATEGORY,
    {
      description: 'Reads a date by a pattern of Java’s DateTimeFormatter.',
      label: 'parse_date',
      examples: [["PARSE_DATE('01-Jan-2022', 'dd-MMM-yyyy')", '2022-01-01']],
    },
    variant('VARCHAR formattedDate; VARCHAR formatPattern -> DATE', parseDate),
  ),
  scalar(
    'PARSE_TIME',
    CATEGORY,
    {
      description: 'Reads a time by a pattern of Java’s DateTimeFormatter.',
      label: 'parse_time',
      examples: [["PARSE_TIME('01:00:00 Pm', 'hh:mm:ss a')", '13:00']],
    },
    variant('VARCHAR formattedTime; VARCHAR formatPattern -> TIME', (text: string, pattern: string) => {
      const { wallMs } = dateTimePattern(pattern).parse(text);
      return ((wallMs % MS_PER_DAY) + MS_PER_DAY) % MS_PER_DAY;
    }),
  ),
  scalar(
    'PARSE_TIMESTAMP',
    CATEGORY,
    {
      description: 'Reads a timestamp by a pattern of Java’s DateTimeFormatter, in UTC or a time zone.',
      label: 'parse_timestamp',
      examples: [["PARSE_TIMESTAMP('2020-01-31 10.5', 'yyyy-MM-dd HH.m')", '2020-01-31T10:05:00.000']],
    },
    variant('VARCHAR formattedTimestamp; VARCHAR formatPattern -> TIMESTAMP', parseTimestamp),
    variant(
      'VARCHAR formattedTimestamp; VARCHAR formatPattern; VARCHAR timeZone -> TIMESTAMP',
      parseTimestamp,
    ),
  ),
  scalar(
    'STRINGTODATE',
    CATEGORY,
    {
      description: 'Reads a date by a pattern of Java’s DateTimeFormatter, as days since 1970-01-01.',
      examples: [["STRINGTODATE('2018-05-11', 'yyyy-MM-dd')", '17662']],
    },
    variant('VARCHAR formattedDate; VARCHAR formatPattern -> INT', parseDate),
  ),
  scalar(
    'STRINGTOTIMESTAMP',
    CATEGORY,
    {
      description:
        'Reads a timestamp by a pattern of Java’s DateTimeFormatter, as milliseconds since the epoch.',
      examples: [["STRINGTOTIMESTAMP('2018-05-11T21:58:33Z', 'yyyy-MM-dd''T''HH:mm:ssX')", '1526075913000']],
    },
    variant('VARCHAR formattedTimestamp; VARCHAR formatPattern -> BIGINT', parseTimestamp),
    variant('VARCHAR formattedTimestamp; VARCHAR formatPattern; VARCHAR timeZone -> BIGINT', parseTimestamp),
  ),
  scalar(
    'TIMESTAMPTOSTRING',
    CATEGORY,
    {
      description:
        'Milliseconds since the epoch as text by a pattern of Java’s DateTimeFormatter, in UTC or a time zone.',
      notes: 'Without a time zone stock uses its machine’s; this engine always UTC.',
      examples: [
        ["TIMESTAMPTOSTRING(1526075913000, 'yyyy-MM-dd''T''HH:mm:ss.SSS')", '2018-05-11T21:58:33.000'],
      ],
    },
    variant('BIGINT epochMilli; VARCHAR formatPattern -> VARCHAR', formatTimestamp),
    variant('BIGINT epochMilli; VARCHAR formatPattern; VARCHAR timeZone -> VARCHAR', formatTimestamp),
  ),
  scalar(
    'UNIX_DATE',
    CATEGORY,
    {
      description: 'Days since 1970-01-01, of today or a date.',
      label: 'unix_date',
      usesContext: true,
      examples: [["UNIX_DATE(CAST('1970-02-20' AS DATE))", '50']],
    },
    variant('-> INT', (context: EvalContext) => Math.floor(context.now() / MS_PER_DAY)),
    variant('DATE date -> INT', (_context: EvalContext, days: number) => days),
  ),
  scalar(
    'UNIX_TIMESTAMP',
    CATEGORY,
    {
      description: 'Milliseconds since the epoch, of now or a timestamp.',
      label: 'unix_timestamp',
      usesContext: true,
      examples: [["UNIX_TIMESTAMP(CAST('1970-01-01T00:00:00.100' AS TIMESTAMP))", '100']],
    },
    variant('-> BIGINT', (context: EvalContext) => context.now()),
    variant('TIMESTAMP timestamp -> BIGINT', (_context: EvalContext, ms: number) => ms),
  ),
];
