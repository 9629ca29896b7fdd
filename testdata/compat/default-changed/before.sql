CREATE TABLE songs (id uuid PRIMARY KEY, volume int NOT NULL DEFAULT 0);
