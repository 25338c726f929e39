SELECT no, position, code FROM {traced}
