### 导出时未列出的内容。

left-out-sources = { $n } 个受保护信源以化名出现。
left-out-documents = 受保护信源的 { $n } 份文件未列出。
left-out-short-names = 受保护信源有 { $n } 个名称太短，无法在文中查找；转交之前请通读引文。
left-out-masked = 电话号码、电子邮箱及其哈希值已脱敏；文件与结论的哈希值保持完整。
left-out-pictures = 图片须逐一指名才能导出：{ $pictures }。
