-- Candles of simulated and replayed markets live in schemas of their own, with the tables of the live ones: history that
-- was made up can never be mixed with history that happened, and no query has to remember a condition.

CREATE SCHEMA simulated;
CREATE TABLE simulated.candles (LIKE public.candles INCLUDING ALL);
CREATE TABLE simulated.candle_gaps (LIKE public.candle_gaps INCLUDING ALL);

-- Which simulated market the candles belong to: another seed is another world.
CREATE TABLE simulated.origin (
    is_only BOOLEAN PRIMARY KEY DEFAULT true CONSTRAINT origin_is_one_row CHECK (is_only),
    seed BIGINT NOT NULL
);

CREATE SCHEMA replayed;
CREATE TABLE replayed.candles (LIKE public.candles INCLUDING ALL);
CREATE TABLE replayed.candle_gaps (LIKE public.candle_gaps INCLUDING ALL);
