-- All columns of dataset $number: part, position, heading, role, and the part of it that the column holds.
SELECT part, position, header, role, piece FROM dataset_column WHERE dataset = $number ORDER BY part, position
