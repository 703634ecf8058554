CREATE TABLE result WITH (KAFKA_TOPIC='{topic}_result') AS
  SELECT orch,
         COUNT(*) AS n,
         SUM(util) AS util_sum,
         MIN(temp) AS temp_min,
         MAX(temp) AS temp_max,
         SUM(latency_ms) AS latency_sum,
         SUM(CASE WHEN ok THEN 0 ELSE 1 END) AS errors
  FROM events
  WINDOW TUMBLING (SIZE 1 MINUTE, RETENTION 1 DAY, GRACE PERIOD 10 MINUTES)
  WHERE temp BETWEEN 0 AND 120 AND power BETWEEN 0 AND 750
  GROUP BY orch
  EMIT CHANGES;
