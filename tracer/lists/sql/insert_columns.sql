INSERT INTO dataset_column
SELECT $dataset, $part, unnest($positions::INTEGER[]), unnest($headers::VARCHAR[]), unnest($roles::VARCHAR[]),
    unnest($hows::VARCHAR[]), unnest($pieces::VARCHAR[])
