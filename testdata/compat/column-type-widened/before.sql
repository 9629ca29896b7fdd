CREATE TABLE songs (id uuid PRIMARY KEY, plays int, rating smallint, code varchar(10), price numeric(8,2), taken date);
