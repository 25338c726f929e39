-- All columns of dataset $number: part, position, heading and role.
SELECT part, position, header, role FROM dataset_column WHERE dataset = $number ORDER BY part, position
