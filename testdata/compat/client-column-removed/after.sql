-- :electric:txn:start
CREATE TABLE songs (id uuid PRIMARY KEY, title text NOT NULL);
-- :electric:txn:end
ALTER TABLE songs ADD COLUMN note text;
