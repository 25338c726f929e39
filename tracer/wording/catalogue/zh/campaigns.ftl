### 受控号码上的来电和短信说明什么。

hit-background-control = 该号码从未给过任何人：属于背景来电。
hit-not-read = 尚未分析：请运行 tracer trace。
