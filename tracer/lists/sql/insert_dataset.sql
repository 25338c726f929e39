INSERT INTO dataset (
    no, id, version, current, holder, obtained, created, exported, living, origin, path, sha256, bytes, format, encoding, region,
    rows, identifiers, contacts, rejected, duplicates, hashes, masked, collected_under, used_under, evidence, options, loaded_at,
    lines, header, title, blank, continued, further, left_out,
    list_title, title_en, title_zh, labels
) VALUES (
    $no, $id, $version, true, $holder, $obtained, $created, $exported, $living, $origin, $path, $sha256, $bytes, $format, $encoding, $region,
    $rows, $identifiers, $contacts, $rejected, $duplicates, $hashes, $masked, $collected_under, $used_under, $evidence, $options, $loaded_at,
    $lines, $header, $title, $blank, $continued, $further, $left_out,
    $list_title, $title_en, $title_zh, $labels
)
