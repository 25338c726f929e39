SELECT dataset, key, contact FROM contact_alias
