-- :electric:txn:start
CREATE TABLE songs (id uuid PRIMARY KEY, title text NOT NULL, artist text);
-- :electric:txn:end
-- :electric:txn:start
CREATE TABLE config (id int PRIMARY KEY);
-- :electric:txn:end
