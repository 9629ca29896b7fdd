-- :electric:txn:start
CREATE TABLE songs (id uuid PRIMARY KEY, title text NOT NULL);
-- :electric:txn:end
CREATE TABLE accounts (id uuid PRIMARY KEY);
CREATE TABLE people (id uuid PRIMARY KEY);
ALTER TABLE songs ADD CONSTRAINT account FOREIGN KEY (id) REFERENCES accounts, ADD COLUMN rating int CHECK (rating > 5);
