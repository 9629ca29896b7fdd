-- :electric:txn:start
CREATE TABLE songs (id uuid PRIMARY KEY, title text NOT NULL);
-- :electric:txn:end
ALTER TABLE songs ADD COLUMN plays int NOT NULL DEFAULT 0, ADD COLUMN note text;
