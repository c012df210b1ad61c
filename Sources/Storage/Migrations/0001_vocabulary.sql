-- The words that every table shares, each with its rule written once. A domain is checked wherever it is used, so no
-- table can forget it; information_schema still shows the type beneath.

-- A market's name in our spelling: BTCUSDT, BTCUSDT-PERP, and letters outside ASCII where a venue lists such.
-- 40 is what the code allows in bytes. Of ASCII only capitals and digits, so that one market has one spelling; ranges by
-- code point, because [[:alnum:]] means something else under every locale.
CREATE DOMAIN market_symbol AS VARCHAR(40)
    CONSTRAINT market_symbol_spelling CHECK (
        octet_length(VALUE) <= 40
        AND VALUE ~ '^[^\u0001-\u002F\u003A-\u0040\u005B-\u00A0]{2,}(-PERP)?$'
    );

CREATE DOMAIN exchange_name AS VARCHAR(20)
    CONSTRAINT exchange_name_known CHECK (VALUE IN ('binance', 'bybit', 'okx', 'mexc'));

CREATE DOMAIN subscription_tier AS VARCHAR(20)
    CONSTRAINT subscription_tier_known CHECK (VALUE IN ('free', 'pro', 'premium', 'vip'));

CREATE DOMAIN candle_interval AS VARCHAR(3)
    CONSTRAINT candle_interval_known CHECK (VALUE IN ('1m', '5m', '15m', '1h', '4h', '1d'));

-- 18 places, because live tick sizes reach 10^-12. PostgreSQL sorts NaN above every number, so "> 0" alone lets it in.
CREATE DOMAIN market_price AS NUMERIC(38, 18)
    CONSTRAINT market_price_positive CHECK (VALUE > 0 AND VALUE <> 'NaN');

CREATE DOMAIN market_amount AS NUMERIC(38, 18)
    CONSTRAINT market_amount_not_negative CHECK (VALUE >= 0 AND VALUE <> 'NaN');

-- Keeps updated_at true whoever writes the row.
CREATE FUNCTION touch_updated_at() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.updated_at := now();
    RETURN NEW;
END;
$$;
