-- :electric:txn:start
CREATE TABLE songs (id uuid PRIMARY KEY, title text NOT NULL, note text);
-- :electric:txn:end
