-- :electric:txn:start
CREATE TABLE lyrics (
  song_id uuid PRIMARY KEY REFERENCES songs (id) ON DELETE CASCADE,
  language char(2) NOT NULL DEFAULT 'en',
  body text NOT NULL,
  synced boolean NOT NULL DEFAULT false
);

ALTER TABLE songs ADD COLUMN bpm numeric(5,1), ADD COLUMN explicit boolean NOT NULL DEFAULT false;
-- :electric:txn:end
