import Markets
import Testing
import Venues

@Suite("Symbol table")
struct SymbolTableTests {
    private func look(_ name: String, in table: inout SymbolTable) -> Symbol? {
        Array(name.utf8).withUnsafeBufferPointer { table.symbol($0) }
    }

    @Test("A name seen again is the same symbol and takes no more room")
    func again() {
        var table = SymbolTable()
        #expect(look("BTCUSDT", in: &table)?.text == "BTCUSDT")
        #expect(look("BTCUSDT", in: &table)?.text == "BTCUSDT")
        #expect(look("BTCUSD", in: &table)?.text == "BTCUSD")
        #expect(table.count == 2)
    }

    @Test("What is no symbol is not kept")
    func refused() {
        var table = SymbolTable()
        #expect(look("btcusdt", in: &table) == nil)
        #expect(look("", in: &table) == nil)
        #expect(table.count == 0)
    }

    @Test("Past its capacity it answers right and grows no more")
    func full() {
        var table = SymbolTable()
        for number in 0..<(SymbolTable.capacity + 500) {
            let name = "COIN\(number)USDT"
            #expect(look(name, in: &table)?.text == name)
        }
        #expect(table.count == SymbolTable.capacity)
        #expect(look("COIN0USDT", in: &table)?.text == "COIN0USDT")
        #expect(look("COIN8600USDT", in: &table)?.text == "COIN8600USDT")
    }
}
