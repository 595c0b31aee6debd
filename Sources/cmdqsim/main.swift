import InsertionProbe
let a = CommandLine.arguments
var p = InsertionProbe(batch: Int(a[1])!, sync: a[2] == "1")
print(p.insert(calls: Int(a[3])!))
