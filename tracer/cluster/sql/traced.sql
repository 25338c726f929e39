SELECT no, position, code FROM temp.traced
