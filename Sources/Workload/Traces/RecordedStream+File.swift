extension RecordedStream {
    /// Reads a recorded stream: the raw CSV or the emulator's text trace, plain or compressed by xz or gzip.
    ///
    /// What it is shows in the content, not in the name.
    package init(contentsOf path: String) throws(TraceError) {
        let file = try TraceFile(path: path)
        self = EventTraceReader.recognizes(file.text)
            ? try EventTraceReader(text: file.text, file: path).read()
            : try RawTraceReader(text: file.text, file: path).read()
    }
}
