struct EventTraceReader {
  static func recognizes(_ t: [UInt8]) -> Bool { false }
  init(text: [UInt8], file: String) {}
  func read() throws(TraceError) -> RecordedStream { RecordedStream(name: "", commands: []) }
}
