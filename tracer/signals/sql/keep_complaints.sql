-- Records of `signal_record` that can be read for `complaint`. $file: number of the file.
INSERT INTO complaint
SELECT $file, r.row, r.at_utc, t.caller, t.called, t.text, r.zone
FROM signal_record r JOIN signal_text t ON t.row = r.row
WHERE r.reason IS NULL
ORDER BY r.row
