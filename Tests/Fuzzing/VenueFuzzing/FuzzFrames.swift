/// Messages as the venues send them, with figures that are easy to tell apart.
enum FuzzFrames {
    static let binanceSpot = [
        #"{"e":"trade","E":1723161255343,"s":"BTCUSDT","t":1,"p":"2.5","q":"4","T":1723161255342,"m":true}"#,
        #"{"stream":"btcusdt@aggTrade","data":{"e":"aggTrade","E":1723161255343,"s":"BTCUSDT","a":7,"p":"2.5","#
            + #""q":"4","f":1,"l":2,"T":1723161255342,"m":false}}"#,
        #"{"e":"kline","E":1653818762502,"s":"BTCUSDT","k":{"t":1653818760000,"T":1653818819999,"s":"BTCUSDT","#
            + #""i":"1m","o":"2","c":"3","h":"4","l":"1","v":"0","n":0,"x":true,"q":"0"}}"#,
        #"{"stream":"btcusdt@bookTicker","data":{"u":1,"s":"BTCUSDT","b":"1.5","B":"1","a":"1.6","A":"2"}}"#,
        #"[{"e":"24hrMiniTicker","E":1790435739015,"s":"AUSDT","c":"2","o":"1","h":"3","l":"1","v":"5","q":"9"}]"#,
        #"{"e":"24hrTicker","E":1569805259092,"s":"DOGEBNB","c":"0.1","o":"0.2","h":"0.3","l":"0.1","v":"1","q":"2","#
            + #""b":"0.1","B":"7","a":"0.2","A":"2"}"#,
        #"{"e":"depthUpdate","E":1723161255208,"s":"BTCUSDT","U":5,"u":7,"b":[["0.5","4"]],"a":[["0.6","0"]]}"#,
        #"{"e":"depthUpdate","E":1723161255308,"s":"BTCUSDT","U":8,"u":9,"b":[["0.4","0"]],"a":[["0.7","1"]]}"#,
        #"{"e":"trade","E":1723161255343,"s":"币安人生USDT","t":1,"p":"2.5","q":"4","T":1723161255342,"m":true}"#,
        #"{"error":{"code":2,"msg":"Invalid request: unknown variant `X`"},"id":2}"#,
        #"{"result":null,"id":1}"#,
        #"{"event":{"e":"serverShutdown","E":1770123456789}}"#,
    ]

    static let binancePerpetual = [
        #"{"e":"aggTrade","E":1723161255343,"a":7,"s":"BTCUSDT","p":"2.5","q":"4","nq":"4","f":1,"l":2,"#
            + #""T":1723161255342,"m":true,"st":1,"ps":"BTCUSDT"}"#,
        #"{"e":"forceOrder","E":1791391083124,"o":{"s":"BTCUSDT","S":"SELL","o":"LIMIT","f":"IOC","q":"5","p":"2","#
            + #""ap":"3","X":"FILLED","l":"1","z":"4","T":1791391082119,"ps":"BTCUSDT","st":1}}"#,
        #"{"e":"depthUpdate","E":1622371244693,"T":1622371244687,"s":"BTCUSDT","U":10,"u":20,"pu":8,"#
            + #""b":[["0.5","3"],["0.4","0"]],"a":[["0.6","1"]],"st":1}"#,
        #"{"e":"depthUpdate","E":1622371244793,"T":1622371244787,"s":"BTCUSDT","U":25,"u":30,"pu":20,"#
            + #""b":[["0.4","2"]],"a":[],"st":1}"#,
        #"{"e":"markPriceUpdate","E":1617308820003,"s":"BTCUSDT","p":"2.5","P":"2","i":"2.25","r":"-0.0001","#
            + #""T":1617321600000,"st":1}"#,
        #"{"e":"aggTrade","E":1723161255343,"a":7,"s":"1000PEPEUSDT","p":"2.5","q":"4","T":1723161255342,"m":true}"#,
        #"{"stream":"btcusdt@bookTicker","data":{"e":"bookTicker","u":1,"s":"BTCUSDT","ps":"BTCUSDT","b":"1.5","B":"1","#
            + #""a":"1.6","A":"2","T":1785121247583,"E":1785121247584,"st":1}}"#,
        #"[{"e":"24hrTicker","E":1653815205866,"s":"BTCUSDT","c":"2","o":"1","h":"3","l":"1","v":"5","q":"9","st":1}]"#,
        #"{"e":"kline","E":1653818762502,"s":"1000PEPEUSDT","k":{"t":1653818760000,"T":1653818819999,"s":"BTCUSDT","#
            + #""i":"1m","o":"2","c":"3","h":"4","l":"1","v":"7","n":0,"x":true,"q":"8"}}"#,
    ]

    static let bybit = [
        #"{"topic":"publicTrade.BTCUSDT","type":"snapshot","ts":1680688979985,"data":[{"T":1680688979983,"s":"BTCUSDT","#
            + #""S":"Sell","v":"4","p":"2.5","i":"7","BT":false}]}"#,
        #"{"topic":"kline.1.BTCUSDT","type":"snapshot","ts":1653818762502,"data":[{"start":1653818760000,"#
            + #""end":1653818819999,"interval":"1","open":"2","close":"3","high":"4","low":"1","volume":"0","#
            + #""turnover":"0","confirm":true,"timestamp":1653818762502}]}"#,
        #"{"topic":"tickers.BTCUSDT","type":"snapshot","data":{"symbol":"BTCUSDT","price24hPcnt":"0.25","#
            + #""lastPrice":"100","prevPrice24h":"80","highPrice24h":"110","lowPrice24h":"70","markPrice":"100.5","#
            + #""indexPrice":"","openInterest":"60","singleOpenInterest":"30","turnover24h":"4500","volume24h":"50","#
            + #""nextFundingTime":"1680681600000","fundingRate":"-0.0002","bid1Price":"99","bid1Size":"1","#
            + #""ask1Price":"101","ask1Size":"2"},"cs":1,"ts":1680673821770}"#,
        #"{"topic":"tickers.BTCUSDT","type":"delta","data":{"symbol":"BTCUSDT","bid1Price":"100","lastPrice":"102","#
            + #""fundingRate":"0.0001"},"cs":2,"ts":1680673821870}"#,
        #"{"topic":"orderbook.50.BTCUSDT","type":"snapshot","ts":1680673821651,"data":{"s":"BTCUSDT","#
            + #""b":[["0.5","3"],["0.3","9"]],"a":[["0.6","1"],["0.8","2"]],"u":6,"seq":8}}"#,
        #"{"topic":"orderbook.50.BTCUSDT","type":"delta","ts":1680673821651,"data":{"s":"BTCUSDT","#
            + #""b":[["0.5","3"],["0.4","0"]],"a":[["0.6","1"]],"u":7,"seq":9}}"#,
        #"{"topic":"orderbook.1.BTCUSDT","type":"snapshot","ts":1790409768609,"data":{"s":"BTCUSDT","#
            + #""b":[["84017.5","1.777"]],"a":[["84017.6","2.725"]],"u":9,"seq":8},"cts":1790409768607}"#,
        #"{"topic":"allLiquidation.BTCUSDT","type":"snapshot","ts":1791565601482,"data":[{"T":1791565600992,"#
            + #""s":"BTCUSDT","S":"Buy","v":"0.006","p":"82396.90"}]}"#,
        #"{"success":false,"ret_msg":"error:x,topic:kline.9.BTCUSDT","req_id":"4","op":"subscribe"}"#,
        #"{"success":true,"ret_msg":"","conn_id":"x","req_id":"1","op":"subscribe"}"#,
        #"{"success":true,"ret_msg":"pong","conn_id":"x","op":"ping"}"#,
    ]

    static let okx = [
        #"{"arg":{"channel":"trades","instId":"BTC-USDT-SWAP"},"data":[{"instId":"BTC-USDT-SWAP","tradeId":"7","#
            + #""px":"2.5","sz":"400","side":"sell","ts":"1790358565298","count":"1"}]}"#,
        #"{"arg":{"channel":"tickers","instId":"BTC-USDT-SWAP"},"data":[{"instType":"SWAP","instId":"BTC-USDT-SWAP","#
            + #""last":"100","lastSz":"2","askPx":"101","askSz":"12","bidPx":"99","bidSz":"431","open24h":"90","#
            + #""high24h":"110","low24h":"80","volCcy24h":"5","vol24h":"500","ts":"1654166233877"}]}"#,
        #"{"arg":{"channel":"candle1m","instId":"BTC-USDT-SWAP"},"data":[["1654154580000","2","4","1","3","500","5","#
            + #""15","1"]]}"#,
        #"{"arg":{"channel":"books","instId":"BTC-USDT-SWAP"},"action":"snapshot","data":[{"asks":[["0.6","100","0","1"]],"#
            + #""bids":[["0.5","300","0","1"],["0.4","5","0","1"]],"ts":"1640131236035","checksum":0,"#
            + #""prevSeqId":-1,"seqId":9}]}"#,
        #"{"arg":{"channel":"books","instId":"BTC-USDT-SWAP"},"action":"update","data":[{"asks":[["0.7","100","0","1"]],"#
            + #""bids":[["0.4","0","0","0"]],"ts":"1640131236135","checksum":0,"prevSeqId":9,"seqId":12}]}"#,
        #"{"arg":{"channel":"liquidation-orders","instType":"SWAP"},"data":[{"details":[{"bkPx":"2","posSide":"net","#
            + #""side":"buy","sz":"300","ts":"1791565600771"}],"instFamily":"BTC-USDT","instId":"BTC-USDT-SWAP","#
            + #""instType":"SWAP"}]}"#,
        #"{"arg":{"channel":"bbo-tbt","instId":"BTC-USDT"},"data":[{"asks":[["31774.7","0.14368878","0","3"]],"#
            + #""bids":[["31774.6","0.3392211","0","3"]],"ts":"1654032991947"}]}"#,
        #"{"arg":{"channel":"funding-rate","instId":"BTC-USDT-SWAP"},"data":[{"fundingRate":"0.0001534702159002","#
            + #""fundingTime":"1646323200000","instId":"BTC-USDT-SWAP","instType":"SWAP"}]}"#,
        #"{"arg":{"channel":"mark-price","instId":"BTC-USDT-SWAP"},"data":[{"markPx":"2.1729","ts":"1640131259180"}]}"#,
        #"{"arg":{"channel":"open-interest","instId":"BTC-USDT-SWAP"},"data":[{"oi":"644195","ts":"1640131258756"}]}"#,
        #"{"event":"error","code":"60018","msg":"channel:liquidation-orders,instType:SPOT doesn't exist"}"#,
        #"{"event":"subscribe","arg":{"channel":"tickers","instId":"BTC-USDT"},"connId":"76defc81"}"#,
        #"{"event":"notice","code":"64008","msg":"The connection will soon be closed for a service upgrade."}"#,
        "pong",
    ]

    static let mexcFutures = [
        #"{"symbol":"BTC_USDT","data":[{"p":2.5,"v":13,"T":2,"O":3,"M":1,"t":1790870038339,"i":"7"}],"#
            + #""channel":"push.deal","ts":1790870038340}"#,
        #"{"symbol":"BTC_USDT","data":{"cts":1789498405531,"asks":[[0.6,10000,1]],"bids":[[0.4,0,0],[0.5,30000,3]],"#
            + #""end":12,"begin":10,"version":12},"channel":"push.depth","ts":1789498405534}"#,
        #"{"symbol":"BTC_USDT","data":{"cts":1789498405631,"asks":[[0.7,1,1]],"bids":[],"end":13,"begin":13,"#
            + #""version":13},"channel":"push.depth","ts":1789498405634}"#,
        #"{"symbol":"BTC_USDT","data":{"cts":1790870038457,"asks":[[1.7,5,1],[1.6,20000,1]],"#
            + #""bids":[[1.4,34991,8],[1.5,10000,1]],"version":42},"channel":"push.depth.full","ts":1790870038460}"#,
        #"{"symbol":"BTC_USDT","data":{"symbol":"BTC_USDT","interval":"Min1","t":1790869980,"o":2,"c":3,"h":4,"l":1,"#
            + #""a":9,"q":50000},"channel":"push.kline","ts":1790870038344}"#,
        #"{"symbol":"BTC_USDT","data":{"symbol":"BTC_USDT","lastPrice":8,"riseFallRate":-0.2,"fairPrice":9,"#
            + #""indexPrice":7,"volume24":50000,"amount24":40,"lower24Price":6,"high24Price":12,"#
            + #""timestamp":1790870036854,"holdVol":20000,"riseFallValue":-2,"fundingRate":-0.0001},"#
            + #""channel":"push.ticker","ts":1790870036854}"#,
        #"{"channel":"push.tickers","data":[{"symbol":"BTC_USDT","lastPrice":8,"riseFallRate":-0.2,"volume24":50000,"#
            + #""amount24":4E+1,"lower24Price":6,"high24Price":12,"timestamp":1790870034312}],"ts":1790870034312}"#,
        #"{"symbol":"BTC_USDT","data":{"symbol":"BTC_USDT","rate":0.000081,"nextSettleTime":1789516800000},"#
            + #""channel":"push.funding.rate","ts":1789498561049}"#,
        #"{"channel":"rs.error","data":"Contract [NOPE_USDT] not exists"}"#,
        #"{"channel":"rs.sub.deal","data":"success","ts":1789498561049}"#,
        #"{"channel":"pong","data":1789498561049}"#,
    ]
}
