CREATE TABLE songs (id uuid PRIMARY KEY, title text NOT NULL, artist text);
ALTER TABLE songs ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON songs FOR ALL USING (artist = current_user);
CREATE POLICY short ON songs AS RESTRICTIVE FOR INSERT WITH CHECK (char_length(title) < 100);
