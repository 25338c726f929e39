-- what a load holds meanwhile
DROP VIEW IF EXISTS temp.signal_text;
DROP TABLE IF EXISTS temp.signal_record;
DROP TABLE IF EXISTS temp.signal_called;
DROP TABLE IF EXISTS temp.signal_caller;
DROP TABLE IF EXISTS temp.signal_cell;
DROP TABLE IF EXISTS temp.signal_key;
DROP TABLE IF EXISTS temp.signal_offset;
DROP TABLE IF EXISTS temp.signal_zone;
DROP TABLE IF EXISTS temp.signal_word;
DROP TABLE IF EXISTS temp.signal_hit;
DROP TABLE IF EXISTS temp.signal_raw;
DROP TABLE IF EXISTS temp.signal_cells;
DROP TABLE IF EXISTS temp.signal_json;
DROP TABLE IF EXISTS temp.signal_other;
