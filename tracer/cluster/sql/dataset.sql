SELECT no, contacts, loaded_at FROM dataset
