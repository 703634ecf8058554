import { equalityOf } from '../../types/compare';
import type { SqlValue } from '../../types/sql-type';
import { scalar, typedVariant, variant } from '../function-row';
import type { FunctionRow } from '../function-row';

const EARTH_RADIUS_KM = 6371;
const EARTH_RADIUS_MILES = 3959;

function earthRadius(units: string): number {
  const unit = units.toUpperCase();
  if (unit.startsWith('KM') || unit.startsWith('KILOMET')) return EARTH_RADIUS_KM;
  if (unit.startsWith('MI')) return EARTH_RADIUS_MILES;
  throw new RangeError(`Invalid units for GEO_DISTANCE: "${units}"; use KM or MILES`);
}

function checkCoordinates(lat: number, lon: number): void {
  if (Math.abs(lat) > 90 || Math.abs(lon) > 180) throw new RangeError(`Invalid coordinates: ${lat}, ${lon}`);
}

/** Great-circle distance by the haversine formula. */
function geoDistance(lat1: number, lon1: number, lat2: number, lon2: number, units = 'KM'): number {
  checkCoordinates(lat1, lon1);
  checkCoordinates(lat2, lon2);
  const radians = (degrees: number): number => degrees * 0.017453292519943295;
  const [halfLat, halfLon] = [Math.sin(radians(lat2 - lat1) / 2), Math.sin(radians(lon2 - lon1) / 2)];
  const a = halfLat * halfLat + halfLon * halfLon * Math.cos(radians(lat1)) * Math.cos(radians(lat2));
  return 2 * Math.asin(Math.sqrt(a)) * earthRadius(units);
}

export const OTHER_FUNCTIONS: readonly FunctionRow[] = [
  scalar(
    'AS_VALUE',
    'OTHER',
    {
      description: 'The value itself: copies a key column into the value.',
      label: 'AS_VALUE',
      nulls: 'handled',
      examples: [['AS_VALUE(1)', '1']],
    },
    variant('T keyColumn -> T', (value: SqlValue) => value),
  ),
  scalar(
    'GEO_DISTANCE',
    'OTHER',
    {
      description: 'Great-circle distance of two points given in degrees, in KM or MILES.',
      label: 'geo_distance',
      examples: [
        ['ROUND(GEO_DISTANCE(37.4439, -122.1663, 51.0, 0))', '8682'],
        ["ROUND(GEO_DISTANCE(37.4439, -122.1663, 51.0, 0, 'MILES'))", '5395'],
      ],
    },
    variant('DOUBLE lat1; DOUBLE lon1; DOUBLE lat2; DOUBLE lon2; VARCHAR units -> DOUBLE', geoDistance),
    variant('DOUBLE lat1; DOUBLE lon1; DOUBLE lat2; DOUBLE lon2 -> DOUBLE', geoDistance),
  ),
  scalar(
    'COALESCE',
    'CONDITIONAL',
    {
      description: 'The first value that is not NULL.',
      label: 'COALESCE',
      nulls: 'handled',
      examples: [['COALESCE(NULL, 2, 3)', '2']],
    },
    variant(
      'T first; T... others -> T',
      (...values: SqlValue[]) => values.find((value) => value !== null) ?? null,
    ),
  ),
  scalar(
    'IFNULL',
    'CONDITIONAL',
    {
      description: 'The first value, or the other where it is NULL.',
      label: 'IFNULL',
      nulls: 'handled',
      examples: [["IFNULL(CAST(NULL AS STRING), 'x')", 'x']],
    },
    variant('T expression; T altValue -> T', (value: SqlValue, other: SqlValue) =>
      value === null ? other : value,
    ),
  ),
  scalar(
    'NULLIF',
    'CONDITIONAL',
    {
      description: 'NULL where both values are equal, else the first.',
      label: 'NULLIF',
      nulls: 'handled',
      examples: [
        ["NULLIF('a', 'a')", 'null'],
        ["NULLIF('a', 'b')", 'a'],
      ],
    },
    typedVariant('T expr1; T expr2 -> T', ({ args }) => {
      const equal = args[0] ? equalityOf(args[0]) : () => false;
      return (value: SqlValue, other: SqlValue) => (equal(value, other) ? null : value);
    }),
  ),
];
