-- :electric:txn:start
CREATE TABLE songs (id uuid PRIMARY KEY, title text NOT NULL);
-- :electric:txn:end
CREATE TABLE accounts (id uuid PRIMARY KEY);
ALTER TABLE songs ADD COLUMN slug text UNIQUE, ADD COLUMN rating int CHECK (rating > 5), ADD CONSTRAINT account FOREIGN KEY (id) REFERENCES accounts;
