import { retirementNotes, withRunningVersions } from './versioned-names';

const versions = { sla: { running: 2, retiring: [{ version: 1 }] }, session: { running: 1 } };

describe('withRunningVersions', () => {
  it.each([
    ['SELECT * FROM sla_1m;', 'SELECT * FROM sla_1m_v2;'],
    ['select * from SLA_10m where a = 1', 'select * from SLA_10m_v2 where a = 1'],
    [
      'SELECT * FROM session s JOIN sla_1h b ON a = b',
      'SELECT * FROM session_v1 s JOIN sla_1h_v2 b ON a = b',
    ],
    ['SELECT * FROM sla_1m_v1', 'SELECT * FROM sla_1m_v1'],
    ['SELECT * FROM stream_trace', 'SELECT * FROM stream_trace'],
    [
      "SELECT 'FROM session' AS t -- FROM session\nFROM `session`",
      "SELECT 'FROM session' AS t -- FROM session\nFROM `session`",
    ],
    ['SELECT session FROM /* FROM session */ x', 'SELECT session FROM /* FROM session */ x'],
  ])('%s', (sql, expected) => {
    expect(withRunningVersions(sql, versions)).toBe(expected);
  });
});

it('tells one who names a retiring version when it ends', () => {
  const until = '2026-01-02T00:00:00.000Z';
  const moved = { sla: { running: 2, retiring: [{ version: 1, until }] } };
  const notes = retirementNotes('SELECT * FROM sla_1m_v1 JOIN sla_1m_v2 ON 1 = 1', moved);
  expect(notes).toEqual([`sla_1m_v1 ends ${until}: sla_1m is answered by version 2`]);
  expect(retirementNotes('SELECT * FROM sla_1m', moved)).toEqual([]);
});
