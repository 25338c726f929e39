CREATE OR REPLACE TEMP TABLE cell_row (
    position INTEGER, key BIGINT, row BIGINT, form VARCHAR,
    name BIGINT, organisation BIGINT, address BIGINT, inner_id BIGINT, day BIGINT
);
