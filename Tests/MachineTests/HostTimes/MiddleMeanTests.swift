import Machine
import Testing

@Suite struct MiddleMeanTests {
    @Test(arguments: [
        ([], 0), ([7], 0), ([9, 3], 3), ([100, 1, 2, 4], 3), ([10, 10, 20, 20, 20, 500, 0, 0], 15),
    ] as [([UInt64], Double)])
    func isOfTheMiddleHalf(values: [UInt64], mean: Double) { #expect(values.middleMean == mean) }
}
