-- A pump that several processes see is told of by one, and pumps of made-up markets live apart from those that happened.

ALTER TABLE pumps
    -- The process that tells of it, until when it does unless it says so again; another may take it over then.
    ADD COLUMN teller UUID,
    ADD COLUMN told_until TIMESTAMPTZ NOT NULL DEFAULT now();

CREATE INDEX idx_pumps_open ON pumps (symbol, exchange) WHERE status <> 'ended';

CREATE TABLE simulated.pumps (LIKE public.pumps INCLUDING ALL);
CREATE TABLE replayed.pumps (LIKE public.pumps INCLUDING ALL);

-- Their messages, too: whoever resumes on the live channel hears of none of them.
INSERT INTO channels (name) VALUES ('pumps@simulated'), ('pumps@replayed');
