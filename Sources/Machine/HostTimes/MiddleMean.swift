extension [UInt64] {
    /// The mean of the middle half: a host's clock may go in steps of 10 ns, which a median keeps. 0 where there are fewer than 2 values.
    package var middleMean: Double {
        let middle = sorted()[(count / 4)..<(count * 3 / 4)]
        return middle.isEmpty ? 0 : Double(middle.reduce(0, +)) / Double(middle.count)
    }
}
