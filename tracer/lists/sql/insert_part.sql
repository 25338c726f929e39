INSERT INTO part VALUES ($dataset, $part, $member, $sheet, $hidden, $format, $encoding, $delimiter,
    $header_row, $first_row, $rows, $raw_table, $profile)
