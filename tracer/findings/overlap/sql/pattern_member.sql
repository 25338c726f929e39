SELECT p.pattern, t.position
FROM {pattern} AS p
JOIN {membership} AS m ON m.key = p.example
JOIN {traced} AS t ON t.no = m.dataset;
