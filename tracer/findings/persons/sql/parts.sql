-- The parts of dataset $number whose cells are there.
SELECT part, raw_table, first_row FROM part WHERE dataset = $number ORDER BY part
