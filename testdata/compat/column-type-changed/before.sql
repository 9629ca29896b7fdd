CREATE TABLE songs (id uuid PRIMARY KEY, plays bigint, taken timestamp, genre text, price int);
