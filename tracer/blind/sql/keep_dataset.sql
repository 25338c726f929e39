INSERT INTO dataset (
    no, id, version, current, holder, obtained, origin, path, sha256, bytes, format, region, rows, identifiers,
    contacts, rejected, duplicates, hashes, options, loaded_at
) VALUES (
    $no, $id, 1, true, $holder, $obtained, 'obtained', $path, $sha256, $bytes, 'blind', $region, $members, $members,
    $members, 0, 0, $members, $options, $loaded_at
)
