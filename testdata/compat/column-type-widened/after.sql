CREATE TABLE songs (id uuid PRIMARY KEY, plays bigint, rating int, code varchar(20), price numeric(12,4), taken timestamp);
