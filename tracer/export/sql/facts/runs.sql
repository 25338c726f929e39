-- runs of trace, the last first
SELECT run, strftime("at", '%Y-%m-%d %H:%M') AS traced, version, result AS findings_digest
FROM views.trace_runs
ORDER BY run DESC
