CREATE TABLE result AS
  SELECT orchestrator,
         COUNT(*) AS n,
         SUM(utilisation) AS utilisation_sum,
         MAX(temperature) AS temperature_max
  FROM events
  WINDOW TUMBLING (SIZE 10 SECONDS, RETENTION 1 DAY, GRACE PERIOD 1 HOUR)
  WHERE utilisation > 5
  GROUP BY orchestrator
  EMIT CHANGES;
